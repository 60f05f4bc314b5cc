SELECT doubled: amount * 2, id FROM o: orders USING SAMPLE 100%
--> doubled: orders.amount
--> id: orders.id
