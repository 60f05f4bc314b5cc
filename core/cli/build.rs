//! Lets the installed binary find libduckdb beside itself or in the `lib` folder next to `bin`.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-bins=-Wl,-rpath,$ORIGIN:$ORIGIN/../lib");
}
