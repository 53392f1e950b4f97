using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Orchestrator.Storage;

/// <summary>The configuration section <c>Store</c>.</summary>
public sealed class StoreOptions
{
    /// <summary>The kind of store on a folder of this machine, for one process.</summary>
    public const string Embedded = "embedded";

    /// <summary>The kind of store on a Redis server, for any number of replicas.</summary>
    public const string Redis = "redis";

    /// <summary><c>embedded</c> or <c>redis</c>. Default: redis when <c>ConnectionStrings:redis</c> is set, else embedded.</summary>
    public string? Kind { get; set; }

    /// <summary>The folder of the embedded store, from the working directory. Default: <c>.agents/data</c>.</summary>
    public string Path { get; set; } = ".agents/data";

    /// <summary>Into how many partitions runs are hashed, 1 to 1,024; fixed for the life of the data. Default: 16.</summary>
    public int Partitions { get; set; } = 16;

    /// <summary>What all keys in Redis begin with: 1 to 50 letters, digits, '-', '_', '.' or ':'. Default: <c>agents</c>.</summary>
    public string Prefix { get; set; } = "agents";

    /// <summary>How long a call to Redis may take before it is given up, 100 ms to 5 minutes. Default: 5 s.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the start waits for a store that cannot be reached, 0 to 1 hour. Default: 30 s.</summary>
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Redis' password, in place of one in the connection string; <c>Store:PasswordFile</c> names a file that has it. Default: none.</summary>
    public string? Password { get; set; }

    internal string? ConnectionString { get; set; }

    internal string EffectiveKind => Kind ?? (string.IsNullOrWhiteSpace(ConnectionString) ? Embedded : Redis);
}

internal sealed partial class StoreOptionsValidator(IConfiguration configuration) : IValidateOptions<StoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        List<string> failures = [];
        if (options.Kind is not (null or StoreOptions.Embedded or StoreOptions.Redis))
        {
            failures.Add($"Store:Kind is '{options.Kind}'; it must be 'embedded' or 'redis'.");
        }

        if (options.Kind == StoreOptions.Redis && string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            failures.Add("Store:Kind is 'redis', but ConnectionStrings:redis is not set; it must name the server, such as 'localhost:6379'.");
        }

        if (string.IsNullOrWhiteSpace(options.Path))
        {
            failures.Add("Store:Path is empty; it must be a folder.");
        }

        if (options.Partitions is < 1 or > 1024)
        {
            failures.Add($"Store:Partitions is {options.Partitions}; it must be 1 to 1024.");
        }

        if (!PrefixRule().IsMatch(options.Prefix ?? ""))
        {
            failures.Add($"Store:Prefix is '{options.Prefix}'; it must have 1 to 50 letters, digits, '-', '_', '.' or ':'.");
        }

        if (options.Deadline < TimeSpan.FromMilliseconds(100) || options.Deadline > TimeSpan.FromMinutes(5))
        {
            failures.Add($"Store:Deadline is {options.Deadline}; it must be 00:00:00.1 to 00:05:00.");
        }

        if (options.OpenTimeout < TimeSpan.Zero || options.OpenTimeout > TimeSpan.FromHours(1))
        {
            failures.Add($"Store:OpenTimeout is {options.OpenTimeout}; it must be 00:00:00 to 01:00:00.");
        }

        foreach (var key in configuration.GetSection("Store").GetChildren().Select(c => c.Key))
        {
            if (!Known.Contains(key))
            {
                failures.Add($"Store:{key} is not a setting; there are {string.Join(", ", Known.Order(StringComparer.Ordinal))}.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        nameof(StoreOptions.Kind), nameof(StoreOptions.Path), nameof(StoreOptions.Partitions), nameof(StoreOptions.Prefix),
        nameof(StoreOptions.Deadline), nameof(StoreOptions.OpenTimeout), nameof(StoreOptions.Password), nameof(StoreOptions.Password) + "File",
    };

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,50}$", RegexOptions.NonBacktracking)]
    private static partial Regex PrefixRule();
}
