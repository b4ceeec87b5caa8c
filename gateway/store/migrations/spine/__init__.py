"""The tables of revision 0001 as it made them, whatever the schema has become since."""
