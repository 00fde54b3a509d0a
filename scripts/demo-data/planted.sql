-- The drift that the demo must find. expected.txt has the ids, planted.jsonl the chain side.

-- ODDS: the indexer missed a trade; YES is at 0.48 here and at 0.62 on chain.
INSERT INTO markets (id, contract_address, title, category, status, yes_liquidity, no_liquidity, winning_outcome) VALUES
    ('cmnd8rimn3j0s02f4dfek7v2g', 'CCEEKHIHYJNDC67QWQCN3AIVXYW24XNXROTRFBBIN4BA3UZCGVZHBSNA',
     'BTC at a new all-time high in January?', 'crypto', 'OPEN', 5200.0000000, 4800.0000000, NULL);

-- OUTCOME: somebody edited the row; YES (1) here, NO (0) on chain.
INSERT INTO markets (id, contract_address, title, category, status, yes_liquidity, no_liquidity, winning_outcome) VALUES
    ('cmpzu8iu5ps57l06whfxy8nab', 'CADXTIIB6J37WLMRWW6OD7EXEPEVCADROE2S7CMYCJCF2WKCLTFKCDNT',
     'A new Stellar protocol version before October?', 'crypto', 'RESOLVED', 7100.0000000, 2900.0000000, 1);

-- OUTCOME: resolved with YES in both, until somebody disputed it on chain (status 3): the market has no outcome now.
INSERT INTO markets (id, contract_address, title, category, status, yes_liquidity, no_liquidity, winning_outcome) VALUES
    ('cmq4x7vd2l0ak93hwzt5mbe8r', 'CC7HBDD6FHM3B4M4IFYR6GV6K3KNF6EO4CDLHGCUSYI3NX75DCLKROP4',
     'XLM above $0.40 on the last day of February?', 'crypto', 'RESOLVED', 4200.0000000, 3100.0000000, 1);

-- BALANCE, account: 50 USDC were spent; the database does not have that.
INSERT INTO users (id, username, wallet_address, usdc_balance) VALUES
    ('bf11ca3e-7bfa-4b67-a7bb-26e6252f8241', 'mallory', 'GBOEC7QODMA6324N3OAWDTQKYHGJKYUTVZ4DNNETAB43EEMZWVYDX544', 250.0000000);

-- BALANCE, contract: two stroops more than the threshold.
INSERT INTO users (id, username, wallet_address, usdc_balance) VALUES
    ('d4c6113b-92f2-46ab-8385-bfe9bf21e5f2', 'trent', 'CAYKRUDCPEESSI4PLXMZ57PQJPMQON5UZ5INSV2LLLT3KEITSQ7S2Q3W', 1000.0000000);

-- BALANCE, muxed account: its trust line is gone.
INSERT INTO users (id, username, wallet_address, usdc_balance) VALUES
    ('7bae5771-8c30-428e-81fb-636419278905', 'peggy', 'MDVT7KCPBQYK5YCD2OJT2M5V5HS7JOBUS7RXZZVUVRKZEMJD3HHQ6AAAAAAAAAAD5F4VM', 75.2500000);

-- BAD_ADDRESS: one character was mistyped, so the checksum is wrong.
INSERT INTO users (id, username, wallet_address, usdc_balance) VALUES
    ('13a5636b-44e3-49fc-9844-ecb1936064bd', 'victor', 'GBBJO26FRCMRN4JIX5IDADAUX3JFTXU4E5VVVLEWZDCO7XC2IEBOHNXF', 10.0000000);

-- Not drift, only late: the demo's indexer writes the 30 USDC that arrived on chain into this row after the cycle
-- has read it, so that the recheck finds both sides equal.
INSERT INTO users (id, username, wallet_address, usdc_balance) VALUES
    ('8e92fa87-8d42-4b54-8f67-2cb2d7c3f5a8', 'alice', 'GDYZ5DILUTLT76A53ADJTTE6TZAOFLABIA5Z6JAM5FIJS2DYAGCH7YEC', 120.0000000);
