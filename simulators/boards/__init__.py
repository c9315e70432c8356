"""Invented servers, written from public facts: what their captures are made of."""
