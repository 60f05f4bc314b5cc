SELECT list_transform(tags, lambda t, i: t || i || id) AS numbered,
       list_reduce(list_transform(tags, lambda x: list_transform([x], lambda y: x || y || attrs.lang)), lambda a, b: a || b) AS deep
FROM docs
--> numbered: docs.id docs.tags
--> deep: docs.attrs docs.tags
