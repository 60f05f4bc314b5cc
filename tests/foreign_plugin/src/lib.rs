//! Plugins that are not built with the sdk.
