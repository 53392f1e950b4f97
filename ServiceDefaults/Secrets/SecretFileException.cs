namespace ServiceDefaults.Secrets;

/// <summary>A file that has a secret cannot be used. The message names setting, file and rule, and nothing of the secret.</summary>
/// <param name="message">What is wrong.</param>
public sealed class SecretFileException(string message) : Exception(message);
