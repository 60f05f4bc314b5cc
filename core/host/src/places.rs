//! Who else may change a file: whoever may write to it, or put another in its place.
#![allow(unsafe_code)]

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt,
    path::Path,
};

use crate::Trust;

const OTHERS_MAY_WRITE: u32 = 0o002;
/// In a folder with it everybody may rename their own files only.
const STICKY: u32 = 0o1000;

/// Whether the file of this whole path and every folder above it are in the hands of the user.
pub(crate) fn judge(path: &Path) -> Trust {
    let owners = trusted_owners();
    let judged = path.ancestors().filter_map(|place| fs::metadata(place).ok());
    judged
        .map(|place| of(&place, &owners))
        .find(|trust| *trust != Trust::Trusted)
        .unwrap_or(Trust::Trusted)
}

/// Root, the user, and whose program is running: that one can have the user run anything.
fn trusted_owners() -> [u32; 3] {
    // SAFETY: it takes nothing, touches no memory and cannot fail.
    let user = unsafe { libc::geteuid() };
    let program = fs::metadata("/proc/self/exe").map_or(user, |program| program.uid());
    [0, user, program]
}

fn of(place: &Metadata, owners: &[u32]) -> Trust {
    let kept = place.is_dir() && place.mode() & STICKY != 0;
    judge_place(place.uid(), place.mode() & OTHERS_MAY_WRITE != 0 && !kept, owners)
}

/// A sticky folder such as /tmp is no danger to what lies in it and belongs to the user, and each
/// step of the path is judged by itself.
fn judge_place(owner: u32, open: bool, owners: &[u32]) -> Trust {
    if open {
        Trust::WorldWritable
    } else if owners.contains(&owner) {
        Trust::Trusted
    } else {
        Trust::ForeignOwner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mutation tried: `judge_place` does not look at the owner; red.
    #[test]
    fn a_place_of_another_user_is_not_trusted() {
        assert_eq!(judge_place(0, false, &[0, 1000, 1000]), Trust::Trusted);
        assert_eq!(judge_place(1000, false, &[0, 1000, 1000]), Trust::Trusted);
        assert_eq!(judge_place(1001, false, &[0, 1000, 1000]), Trust::ForeignOwner);
        assert_eq!(judge_place(1000, true, &[0, 1000, 1000]), Trust::WorldWritable);
    }
}
