namespace Transport;

/// <summary>A setting of the transport, or a file that it names, cannot be used. The message names setting, file and rule, and nothing that is secret.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="innerException">Null: none.</param>
public sealed class TransportException(string message, Exception? innerException = null) : Exception(message, innerException);
