CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE datasets (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL UNIQUE,
  tissue     text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cells (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dataset_id bigint NOT NULL REFERENCES datasets ON DELETE CASCADE,
  barcode    text NOT NULL,
  embedding  vector(8) NOT NULL,
  UNIQUE (dataset_id, barcode)
);

CREATE INDEX cells_embedding ON cells USING hnsw (embedding vector_l2_ops);
