SELECT p.name, o.amount FROM 'data/people.csv' AS p JOIN orders o ON o.id = p.id
--> name: data/people.csv.name
--> amount: orders.amount
--| data/people.csv.id orders.id
