SELECT list_transform(d.tags, lambda d: d || d.id) AS unclear FROM docs d
--> refused
