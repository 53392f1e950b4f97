using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Transport;

/// <summary>Which certificates a process shows and which it believes. Paths are of PEM files.</summary>
public sealed record TransportSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Transport";

    /// <summary>What <see cref="Authority"/> says for the authorities that the system trusts.</summary>
    public const string SystemAuthority = "system";

    /// <summary>The certificate that we show, followed by those that lead to its authority. Null: we show none.</summary>
    public string? Certificate { get; init; }

    /// <summary>The certificate's private key, not encrypted. Null: it stands in <see cref="Certificate"/>.</summary>
    public string? Key { get; init; }

    /// <summary>The authorities that certificates of others must go back to. Null or <see cref="SystemAuthority"/>: those of the system, for servers; clients are then not believed.</summary>
    public string? Authority { get; init; }

    /// <summary>One of these names must be in the certificate of a server that is called. Empty: the host that is called.</summary>
    public IReadOnlyList<string> ServerNames { get; init; } = [];

    /// <summary>One of these names must be in the certificate that a client shows. Empty: any.</summary>
    public IReadOnlyList<string> ClientNames { get; init; } = [];

    /// <summary>Whether who calls must show a certificate. Default: <see cref="ClientCertificates.None"/>.</summary>
    public ClientCertificates ClientCertificates { get; init; }

    /// <summary>Whether revocation lists and responders are asked about certificates of others. Default: false.</summary>
    public bool ChecksRevocation { get; init; }

    /// <summary>How often the files are looked at, in seconds. Default: 5.</summary>
    public int ReloadSeconds { get; init; } = 5;

    /// <summary>For how long a connection takes new requests, in minutes. What runs on it then goes on. Default: 60.</summary>
    public int ConnectionMinutes { get; init; } = 60;

    /// <summary>What messages call <see cref="Certificate"/>.</summary>
    public string CertificateSetting { get; init; } = Section + ":Certificate";

    /// <summary>What messages call <see cref="Key"/>.</summary>
    public string KeySetting { get; init; } = Section + ":Key";

    /// <summary>What messages call <see cref="Authority"/>.</summary>
    public string AuthoritySetting { get; init; } = Section + ":Authority";

    /// <summary>Whether anything is set.</summary>
    public bool IsSet => Certificate is not null || Authority is not null;

    /// <summary>Reads a section.</summary>
    /// <param name="configuration">All settings.</param>
    /// <param name="section">Its name.</param>
    /// <param name="main">What counts where the section says nothing. Null: the defaults.</param>
    /// <returns>The settings; files are not looked at.</returns>
    /// <exception cref="TransportException">A setting is unknown or wrong.</exception>
    public static TransportSettings Read(IConfiguration configuration, string section = Section, TransportSettings? main = null)
    {
        var reader = new Reader(configuration.GetSection(section), main is null);
        reader.DemandKnown();
        main ??= new TransportSettings();
        var own = reader.Text("Certificate");
        return main with
        {
            Certificate = own ?? main.Certificate,
            Key = own is null && reader.Text("Key") is null ? main.Key : reader.Text("Key"),
            Authority = reader.Text("Authority") ?? main.Authority,
            ServerNames = reader.List("ServerNames") ?? main.ServerNames,
            ClientNames = reader.List("ClientNames") ?? main.ClientNames,
            ClientCertificates = reader.Mode("ClientCertificates"), // never of a link
            ChecksRevocation = reader.Flag("Revocation") ?? main.ChecksRevocation,
            ReloadSeconds = reader.Number("ReloadSeconds", main.ReloadSeconds, 3600),
            ConnectionMinutes = reader.Number("ConnectionMinutes", main.ConnectionMinutes, 7 * 24 * 60),
            CertificateSetting = own is null ? main.CertificateSetting : section + ":Certificate",
            KeySetting = own is null && reader.Text("Key") is null ? main.KeySetting : section + ":Key",
            AuthoritySetting = reader.Text("Authority") is null ? main.AuthoritySetting : section + ":Authority",
        };
    }

    private sealed class Reader(IConfigurationSection section, bool isMain)
    {
        private static readonly string[] Links = ["Certificate", "Key", "Authority", "ServerNames", "Revocation"];
        private static readonly string[] All = [.. Links, "ClientNames", "ClientCertificates", "ReloadSeconds", "ConnectionMinutes"];

        // Sections below the main one are for links with settings of their own.
        public void DemandKnown()
        {
            string[] known = isMain ? [.. All, "Redis"] : Links;
            foreach (var child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
                throw new TransportException($"{child.Path} is not a setting; known are {string.Join(", ", known.Select(name => $"{section.Path}:{name}"))}.");
        }

        public string? Text(string name) => section[name]?.Trim() is { Length: > 0 } text ? text : null;

        public string[]? List(string name)
        {
            var listed = section.GetSection(name).GetChildren().Select(child => child.Value?.Trim() ?? "").Where(value => value.Length > 0).ToArray();
            return listed.Length > 0 ? listed : null;
        }

        public bool? Flag(string name) => Text(name) switch
        {
            null => null,
            var text when bool.TryParse(text, out var value) => value,
            var text => throw Wrong(name, text, "true or false"),
        };

        public int Number(string name, int fallback, int most) => Text(name) switch
        {
            null => fallback,
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most => value,
            var text => throw Wrong(name, text, $"a whole number from 1 to {most}"),
        };

        public ClientCertificates Mode(string name) => Text(name)?.ToLowerInvariant() switch
        {
            null or "none" => ClientCertificates.None,
            "optional" => ClientCertificates.Optional,
            "required" => ClientCertificates.Required,
            var text => throw Wrong(name, text, "none, optional or required"),
        };

        private TransportException Wrong(string name, string value, string rule) => new($"{section.Path}:{name} is '{value}'; it must be {rule}.");
    }
}
