SELECT d.attrs.pages AS p, attrs.lang, {'i': id, 't': tags[1]} AS both, attrs['pages'] + id AS sum, struct_pack(a := id) AS packed
FROM docs d
--> p: docs.attrs
--> lang: docs.attrs
--> both: docs.id docs.tags
--> sum: docs.attrs docs.id
--> packed: docs.id
