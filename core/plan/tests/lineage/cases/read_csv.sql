SELECT city, len(name) AS n FROM read_csv('data/people.csv', header = true) WHERE born > 1900
--> city: data/people.csv.city
--> n: data/people.csv.name
--| data/people.csv.born
