-- CreateTable
CREATE TABLE "answers" (
    "key" TEXT NOT NULL,
    "json" BYTEA NOT NULL,
    "size" INTEGER NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "answers_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "computations" (
    "key" TEXT NOT NULL,
    "inquiry" TEXT NOT NULL,
    "matrix" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "cost" DOUBLE PRECISION NOT NULL,
    "owner" INTEGER,
    "deaths" INTEGER NOT NULL DEFAULT 0,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "asked_by" TEXT NOT NULL,
    "queued_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "computations_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "analyses" (
    "id" TEXT COLLATE "C" NOT NULL,
    "matrix" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "every" BOOLEAN NOT NULL,
    "url" TEXT,
    "keys" TEXT[],
    "status" TEXT NOT NULL,
    "error" TEXT,
    "asked_by" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "ended_at" TIMESTAMP(3),

    CONSTRAINT "analyses_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "answers_created_at_idx" ON "answers"("created_at");

-- CreateIndex
CREATE INDEX "computations_owner_idx" ON "computations"("owner");

-- CreateIndex
CREATE INDEX "analyses_created_at_idx" ON "analyses"("created_at");

-- CreateIndex
CREATE INDEX "analyses_status_idx" ON "analyses"("status");

-- Answers are sent as they are; compressing them again for the disk would cost time on every read.
ALTER TABLE "answers" ALTER COLUMN "json" SET STORAGE EXTERNAL;
