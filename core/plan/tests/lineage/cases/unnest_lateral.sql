SELECT d.id, u.tag, r.n FROM docs d, unnest(d.tags) AS u(tag), range(d.attrs.pages) AS r(n)
--> id: docs.id
--> tag: docs.tags
--> n: docs.attrs
--| docs.attrs docs.tags
