SELECT g.i, g.i * o.amount AS scaled FROM generate_series(1, 3) AS g(i), orders o
--> i:
--> scaled: orders.amount
