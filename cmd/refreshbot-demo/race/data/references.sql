ALTER TABLE contact ADD FOREIGN KEY (account_id) REFERENCES account;
ALTER TABLE purchase ADD FOREIGN KEY (contact_id) REFERENCES contact, ADD FOREIGN KEY (account_id) REFERENCES account;
ALTER TABLE document ADD FOREIGN KEY (purchase_id) REFERENCES purchase;
