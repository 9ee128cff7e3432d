CREATE TABLE documents (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title      text NOT NULL,
  chunks     integer,
  created_at timestamptz NOT NULL DEFAULT now()
);
