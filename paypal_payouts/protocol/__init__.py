"""How money is sent exactly once: plan, intent, permit, send, result, reading; the locks; the sent log."""
