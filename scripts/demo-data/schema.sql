-- The application's tables as Prisma's migrations make them (models Market and User, @@map to snake_case), and a role
-- that may read them and nothing else. stellar-sync needs no more.
CREATE TYPE "MarketStatus" AS ENUM ('DRAFT', 'OPEN', 'CLOSED', 'RESOLVED', 'CANCELLED');

CREATE TABLE "users" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "username" TEXT NOT NULL,
    "wallet_address" TEXT,
    "usdc_balance" DECIMAL(20, 7) NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "users_username_key" ON "users" ("username");
CREATE UNIQUE INDEX "users_wallet_address_key" ON "users" ("wallet_address");

CREATE TABLE "markets" (
    "id" TEXT NOT NULL,
    "contract_address" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "status" "MarketStatus" NOT NULL DEFAULT 'DRAFT',
    "yes_liquidity" DECIMAL(20, 7) NOT NULL DEFAULT 0,
    "no_liquidity" DECIMAL(20, 7) NOT NULL DEFAULT 0,
    "winning_outcome" INTEGER,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "markets_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "markets_contract_address_key" ON "markets" ("contract_address");
CREATE INDEX "markets_status_idx" ON "markets" ("status");

CREATE ROLE stellar_sync LOGIN PASSWORD 'read only';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO stellar_sync;
