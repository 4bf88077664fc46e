"""How an experiment is carried out: where clips lie, who computes, what is kept on the way."""
