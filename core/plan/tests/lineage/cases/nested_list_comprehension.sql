SELECT id, [upper(t) || id FOR t IN tags IF len(t) > attrs.pages - 3] AS loud, list_filter(tags, lambda id: id <> 'x') AS kept
FROM docs
--> id: docs.id
--> loud: docs.attrs docs.id docs.tags
--> kept: docs.tags
