SELECT id, unnest(tags) AS tag, generate_subscripts(tags, 1) AS nth FROM docs
--> id: docs.id
--> tag: docs.tags
--> nth: docs.tags
--| docs.tags
