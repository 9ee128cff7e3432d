"""The page: documents in, questions and answers."""

import os

import streamlit as st

from client import Api

api = Api(os.environ.get("API_URL", "http://api:8000"))

st.set_page_config(page_title="On-premises RAG")
st.title("Questions about your documents")

with st.form("question"):
    question = st.text_input("Question")
    if st.form_submit_button("Ask") and question:
        answer = api.ask(question)
        if isinstance(answer, str):
            st.warning(answer)
        else:
            st.write(answer["answer"])
            st.caption(" · ".join(dict.fromkeys(source["title"] for source in answer["sources"])))

with st.form("document", clear_on_submit=True):
    title = st.text_input("Title")
    text = st.text_area("Text")
    if st.form_submit_button("Add") and title and text.strip():
        added = api.add_document(title, text)
        st.info(added if isinstance(added, str) else f"{added['title']}: {added['chunks']} chunks")

documents = api.list_documents()
st.subheader("Documents")
if isinstance(documents, str):
    st.warning(documents)
else:
    st.table([{"title": each["title"], "chunks": each["chunks"]} for each in documents])
