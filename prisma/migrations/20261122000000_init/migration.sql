-- CreateTable
CREATE TABLE "matrices" (
    "id" SERIAL NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "deleted_at" TIMESTAMP(3),
    "next_number" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "matrices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "revisions" (
    "matrix_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "created_by" TEXT,
    "digest" TEXT NOT NULL,
    "title" TEXT,
    "description" TEXT,
    "source" TEXT,
    "models" TEXT NOT NULL,
    "benchmarks" TEXT NOT NULL,
    "warnings" TEXT NOT NULL,
    "classes" TEXT NOT NULL,
    "model_count" INTEGER NOT NULL,
    "benchmark_count" INTEGER NOT NULL,
    "score_count" INTEGER NOT NULL,
    "missing_count" INTEGER NOT NULL,
    "scores" BYTEA NOT NULL,
    "standard_errors" BYTEA,

    CONSTRAINT "revisions_pkey" PRIMARY KEY ("matrix_id","number")
);

-- CreateTable
CREATE TABLE "tokens" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "revoked_at" TIMESTAMP(3),

    CONSTRAINT "tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "kept_replies" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "headers" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "kept_replies_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "matrices_name_key" ON "matrices"("name");

-- CreateIndex
CREATE UNIQUE INDEX "tokens_hash_key" ON "tokens"("hash");

-- CreateIndex
CREATE INDEX "kept_replies_created_at_idx" ON "kept_replies"("created_at");

-- AddForeignKey
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_matrix_id_fkey" FOREIGN KEY ("matrix_id") REFERENCES "matrices"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Doubles hardly compress, and trying takes ten times as long as writing them.
ALTER TABLE "revisions" ALTER COLUMN "scores" SET STORAGE EXTERNAL;
ALTER TABLE "revisions" ALTER COLUMN "standard_errors" SET STORAGE EXTERNAL;
