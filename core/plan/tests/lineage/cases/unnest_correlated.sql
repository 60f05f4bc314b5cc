SELECT id, x.lang FROM (SELECT id, attrs AS x FROM docs), LATERAL (SELECT unnest([x.pages, id]) AS u) AS l WHERE u > 0
--> id: docs.id
--> lang: docs.attrs
--| docs.attrs docs.id
