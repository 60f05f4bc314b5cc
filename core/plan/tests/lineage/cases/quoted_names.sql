SELECT "order id", m."TOTAL" AS "Sum ""x""", "select" FROM "mixed CASE" AS m
--> Order ID: Mixed Case.Order ID
--> Sum "x": Mixed Case.Total
--> select: Mixed Case.select
