//! A plugin that breaks every rule of the contract.
