//! The suite every connector passes, ours and anyone's.
