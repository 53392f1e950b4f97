using System.Text;
using Microsoft.Extensions.Configuration;

namespace ServiceDefaults.Secrets;

/// <summary>
/// Secrets from files: where a setting is secret, another of its name with <c>File</c> at the end names a file that holds the
/// value, as mounted secrets do. Whoever reads the setting finds the value in its place.
/// </summary>
public static class SecretFiles
{
    private const int MostBytes = 64 * 1024;

    // What is named by a file, and what it is the value of. A star is any one name.
    private static readonly (string File, string Value)[] Known =
    [
        ("Access:AdminKeyFile", "Access:AdminKey"),
        ("Access:AgentKeyFile", "Access:AgentKey"),
        ("Agents:ApiKeyFile", "Agents:ApiKey"),
        ("Team:ApiKeyFile", "Team:ApiKey"),
        ("ConnectionStrings:*File", "ConnectionStrings:*"),
        ("Store:PasswordFile", "Store:Password"),
        ("Models:*:ApiKeyFile", "Models:*:ApiKey"),
        ("Models:SecretFiles:*", "Models:Secrets:*"),
        ("Tools:Mcp:*:HeaderFiles:*", "Tools:Mcp:*:Headers:*"),
        ("Tools:Mcp:*:EnvFiles:*", "Tools:Mcp:*:Env:*"),
        ("Azure:SignalR:ConnectionStringFile", "Azure:SignalR:ConnectionString"),
        ("OTEL_EXPORTER_OTLP_HEADERS_FILE", "OTEL_EXPORTER_OTLP_HEADERS"),
    ];

    /// <summary>Puts the values in the place of the files that are named; to be called when all else is configured.</summary>
    /// <param name="configuration">All settings.</param>
    /// <exception cref="SecretFileException">A file cannot be used, or value and file are both set.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        Dictionary<string, string?> values = [];
        foreach (var (key, file) in configuration.AsEnumerable())
        {
            if (string.IsNullOrWhiteSpace(file) || ValueOf(key) is not { } setting)
                continue;
            if (!string.IsNullOrEmpty(configuration[setting]))
                throw new SecretFileException($"{key} and {setting} are both set; there must be one of them.");
            values[setting] = Read(key, file.Trim());
        }

        if (values.Count > 0)
            configuration.AddInMemoryCollection(values);
    }

    /// <summary>The content of a file that holds a secret, without the line ends after it.</summary>
    /// <param name="setting">That names the file, for the error.</param>
    /// <param name="file">Its path.</param>
    /// <returns>Not empty.</returns>
    /// <exception cref="SecretFileException">It cannot be used.</exception>
    public static string Read(string setting, string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MostBytes)
                throw new SecretFileException($"{setting}: {file} has {stream.Length} bytes; a secret has at most {MostBytes}.");
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd().TrimEnd('\r', '\n') is { Length: > 0 } value ? value : throw new SecretFileException($"{setting}: {file} is empty; it must hold the secret.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SecretFileException($"{setting}: {file} cannot be read: {e.Message}");
        }
    }

    private static string? ValueOf(string key)
    {
        var parts = key.Split(':');
        foreach (var (file, value) in Known)
        {
            if (Match(parts, file.Split(':')) is not { } stars)
                continue;
            var at = 0;
            return string.Join(':', value.Split(':').Select(part => part == "*" ? stars[at++] : part));
        }

        return null;
    }

    // What the stars stand for; null: it does not fit.
    private static List<string>? Match(string[] key, string[] pattern)
    {
        if (key.Length != pattern.Length)
            return null;
        List<string> stars = [];
        foreach (var (part, wanted) in key.Zip(pattern))
        {
            if (!wanted.StartsWith('*'))
            {
                if (!string.Equals(part, wanted, StringComparison.OrdinalIgnoreCase))
                    return null;
                continue;
            }

            // Names may end in "file" themselves; ours ends in "File".
            var end = wanted[1..];
            if (part.Length <= end.Length || !part.EndsWith(end, StringComparison.Ordinal))
                return null;
            stars.Add(part[..^end.Length]);
        }

        return stars;
    }
}
