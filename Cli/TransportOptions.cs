using System.CommandLine;
using Transport;

namespace Cli;

/// <summary>Whom the command believes, and what it shows, when the server is at an https address.</summary>
internal sealed class TransportOptions
{
    private readonly Option<string?> _authority = File("--ca-file", "AGENTS_CA_FILE", "Authority whose certificate the server must have, PEM");
    private readonly Option<string?> _certificate = File("--client-certificate", "AGENTS_CLIENT_CERTIFICATE", "Certificate to show, PEM");
    private readonly Option<string?> _key = File("--client-key", "AGENTS_CLIENT_KEY", "Private key of the certificate, PEM");

    public IReadOnlyList<Option> All => [_authority, _certificate, _key];

    public TransportSettings Read(ParseResult parsed) => new()
    {
        Authority = Value(parsed, _authority, "AGENTS_CA_FILE"),
        Certificate = Value(parsed, _certificate, "AGENTS_CLIENT_CERTIFICATE"),
        Key = Value(parsed, _key, "AGENTS_CLIENT_KEY"),
        AuthoritySetting = _authority.Name,
        CertificateSetting = _certificate.Name,
        KeySetting = _key.Name,
    };

    private static Option<string?> File(string name, string variable, string what) => new(name)
    {
        Description = $"{what}. Default: {variable}.",
        HelpName = "FILE",
        Recursive = true,
    };

    private static string? Value(ParseResult parsed, Option<string?> option, string variable) =>
        (parsed.GetValue(option) ?? Environment.GetEnvironmentVariable(variable)) is { Length: > 0 } file ? file : null;
}
