SELECT * FROM trades NATURAL JOIN (SELECT symbol, price FROM quotes) q
--> symbol: trades.symbol
--> ts: trades.ts
--> volume: trades.volume
--> price: quotes.price
--| quotes.symbol trades.symbol
