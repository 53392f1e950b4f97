using System.Globalization;
using Microsoft.Extensions.Configuration;
using ServiceDefaults.Secrets;

namespace Agents.Hosting;

/// <summary>The settings of an agent's process, read from the section <c>Agents</c> and checked at start.</summary>
internal sealed record AgentOptions
{
    public const string Section = "Agents";

    /// <summary>Attempts at a time. Null: what the agent declares.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Seconds that running attempts get to finish when the process is asked to stop.</summary>
    public int DrainSeconds { get; init; } = 30;

    /// <summary>Seconds for which a finished attempt's events are kept when nobody acknowledges them.</summary>
    public int ResultSeconds { get; init; } = 900;

    /// <summary>Bytes that finished attempts may take, 2 KiB and their events each; the oldest go first.</summary>
    public long ResultBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Where the orchestrator reaches this process. Null: the address that it listens on.</summary>
    public string? AdvertisedUrl { get; init; }

    /// <summary>For people. Null: the role and the process id.</summary>
    public string? InstanceName { get; init; }

    /// <summary>Where orchestrators listen for gRPC, one or more replicas.</summary>
    public IReadOnlyList<Uri> Orchestrators { get; init; } = [];

    /// <summary>The API key, of the role agent, with which this process joins and calls back. Null: it shows none.</summary>
    public string? ApiKey { get; init; }

    public static AgentOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        return new AgentOptions
        {
            MaxParallel = section["MaxParallel"] is null ? null : (int)Number(section, "MaxParallel", 1, 1, 100_000),
            DrainSeconds = (int)Number(section, "DrainSeconds", 30, 0, 86_400),
            ResultSeconds = (int)Number(section, "ResultSeconds", 900, 1, 86_400 * 7),
            ResultBytes = Number(section, "ResultBytes", 256L * 1024 * 1024, 0, long.MaxValue),
            AdvertisedUrl = section["AdvertisedUrl"] is { Length: > 0 } url ? Url("Agents:AdvertisedUrl", url).ToString().TrimEnd('/') : null,
            InstanceName = section["InstanceName"] is { Length: > 0 } name ? name : null,
            Orchestrators = Addresses(configuration),
            ApiKey = Key(configuration),
        };
    }

    // Its own, or as every client has it.
    private static string? Key(IConfiguration configuration)
    {
        foreach (var setting in new[] { "Agents:ApiKey", "AGENTS_API_KEY" })
        {
            if (configuration[setting]?.Trim() is { Length: > 0 } key)
                return key;
        }

        return configuration["AGENTS_API_KEY_FILE"] is { Length: > 0 } file ? SecretFiles.Read("AGENTS_API_KEY_FILE", file).Trim() : null;
    }

    private static Uri[] Addresses(IConfiguration configuration)
    {
        const string key = "services:orchestrator:grpc";
        var given = configuration.GetSection(key).GetChildren().Where(child => !string.IsNullOrWhiteSpace(child.Value)).ToArray();
        return given.Length == 0 ? [new Uri("http://localhost:5081")] : [.. given.Select(child => Url(child.Path, child.Value!))];
    }

    private static Uri Url(string key, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            ? url
            : throw new AgentDefinitionException($"Setting {key} is \"{value}\"; it must be an http or https URL.");

    private static long Number(IConfiguration section, string key, long fallback, long least, long most)
    {
        if (section[key] is not { Length: > 0 } text)
            return fallback;

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new AgentDefinitionException($"Setting {Section}:{key} is \"{text}\"; it must be a whole number from {least} to {most}.");
    }
}
