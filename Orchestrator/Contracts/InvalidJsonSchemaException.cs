namespace Orchestrator.Contracts;

/// <summary>The text given as a JSON Schema is none, or holds a rule that cannot be checked here.</summary>
internal sealed class InvalidJsonSchemaException(string message, Exception? innerException = null)
    : Exception(message, innerException);
