"""The JSON that Discord sends for its things: https://discord.com/developers/docs/resources"""
