"""What is asked, done and said in one turn: Rasa custom actions over crm_store. One module per topic."""
