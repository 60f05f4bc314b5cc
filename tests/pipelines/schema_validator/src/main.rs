//! Reads a JSON document a line, the first being a schema, and says of each other whether the
//! schema accepts it: `ok`, or the first mistake with its place.

use std::io;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut documents = io::stdin().lines().map(|line| serde_json::from_str(&line?).map_err(Into::into));
    let schema = documents.next().ok_or("no schema")??;
    jsonschema::meta::validate(&schema).map_err(|error| error.to_string())?;
    let validator = jsonschema::validator_for(&schema)?;
    for document in documents {
        let document: Result<_, Box<dyn std::error::Error>> = document;
        match validator.validate(&document?) {
            Ok(()) => println!("ok"),
            Err(error) => println!("{}: {error}", error.instance_path()),
        }
    }
    Ok(())
}
