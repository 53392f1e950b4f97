using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Cli.Display;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents keys</c>, <c>agents keys create NAME</c>, <c>agents keys revoke KEY</c>, <c>agents keys generate</c>, <c>agents whoami</c>.</summary>
internal static class KeyCommands
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command("keys", "Who may call: makes, lists and revokes API keys. Needs an admin's key.") { Make(common), List(common), Revoke(common), Generate(common) };
        return command;
    }

    public static Command WhoAmI(CommonOptions common)
    {
        var command = new Command("whoami", "Tells whom the server takes you for, and what you may do.");
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Access.WhoAmIAsync(new WhoAmIRequest(), cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            await session.Output.WriteLineAsync(response.Mode == "open"
                ? $"{response.Name}: no key is needed here, and everything is allowed"
                : $"{response.Name} of tenant {response.Tenant}: {string.Join(", ", response.Roles)} ({response.Key}{(response.ExpiresAt is { } at ? $", until {Words.When(at.ToDateTimeOffset())}" : "")})");
            await session.Output.WriteLineAsync(string.Join(' ', response.Permissions));
            return ExitCodes.Completed;
        }));
        return command;
    }

    private static Command Make(CommonOptions common)
    {
        var name = new Argument<string>("name") { Description = "Who or what has it." };
        var role = new Option<string[]>("--role") { Description = "viewer, submitter, approver, operator, admin or agent. May stand several times.", Required = true };
        var tenant = new Option<string?>("--tenant") { Description = "Whose runs it is for. Default: yours. * is all: for admins and agents." };
        var expires = new Option<string?>("--expires") { Description = "When it ends: 12h, 30d, or a moment as 2027-01-31T00:00Z. Default: never." };
        var command = new Command("create", "Makes a key and prints it, this once: the key alone on standard output, what it is on the error output.") { name, role, tenant, expires };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var request = new CreateKeyRequest { Name = parsed.GetValue(name), Tenant = parsed.GetValue(tenant) ?? "", Roles = { parsed.GetValue(role) ?? [] }, RequestId = Guid.NewGuid().ToString("N") };
            if (parsed.GetValue(expires) is { } text)
            {
                if (ReadMoment(text, TimeProvider.System.GetUtcNow()) is not { } moment)
                {
                    await session.Error.WriteLineAsync($"--expires: '{text}' is no time; e.g. 12h, 30d or 2027-01-31T00:00Z.");
                    return ExitCodes.BadUsage;
                }

                request.ExpiresAt = Timestamp.FromDateTimeOffset(moment);
            }

            var response = await session.Access.CreateKeyAsync(request, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            await session.Error.WriteLineAsync($"{response.Key.Key}: {response.Key.Name} of tenant {response.Key.Tenant}, {string.Join(", ", response.Key.Roles)}, expires {Until(response.Key)}. It is not shown again.");
            await session.Output.WriteLineAsync(response.Secret);
            return ExitCodes.Completed;
        }));
        return command;
    }

    private static Command List(CommonOptions common)
    {
        var tenant = new Option<string?>("--tenant") { Description = "Only keys of this tenant." };
        var all = new Option<bool>("--all") { Description = "Also those that were revoked or have expired." };
        var command = new Command("list", "Lists the keys, newest first.") { tenant, all };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Access.ListKeysAsync(new ListKeysRequest { Tenant = parsed.GetValue(tenant) ?? "", IncludeEnded = parsed.GetValue(all) }, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            TextTable.Write(session.Output, ["KEY", "NAME", "TENANT", "ROLES", "MADE BY", "MADE", "LAST USED", "EXPIRES"], response.Keys.Select(key => new[]
            {
                key.Key, key.Name, key.Tenant, string.Join(' ', key.Roles), key.CreatedBy, Words.When(key.CreatedAt.ToDateTimeOffset()),
                key.LastUsedAt is { } used ? Words.When(used.ToDateTimeOffset()) : "never", Until(key),
            }));
            return ExitCodes.Completed;
        }));
        return command;
    }

    private static Command Revoke(CommonOptions common)
    {
        var key = new Argument<string>("key") { Description = "agk_ and the id, as the list has it." };
        var command = new Command("revoke", "Takes a key out of use, at once and everywhere; what it has open ends.") { key };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Access.RevokeKeyAsync(new RevokeKeyRequest { Key = parsed.GetValue(key) }, cancellationToken: ct);
            await session.Output.WriteLineAsync(session.Json ? Session.ToJson(response) : $"{response.Key.Key} ({response.Key.Name}) is revoked");
            return ExitCodes.Completed;
        }));
        return command;
    }

    // For the settings of a server that has no keys yet.
    private static Command Generate(CommonOptions common)
    {
        var command = new Command("generate", "Prints a new key that no server knows, for Access:AdminKeyFile or Access:AgentKeyFile. Asks nobody.");
        command.SetAction(async (_, _) =>
        {
            var id = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 12);
            await common.Output.WriteLineAsync($"agk_{id}_{RandomNumberGenerator.GetHexString(64, lowercase: true)}");
            return ExitCodes.Completed;
        });
        return command;
    }

    private static string Until(ApiKey key) => key.RevokedAt is { } revoked
        ? $"revoked {Words.When(revoked.ToDateTimeOffset())} by {key.RevokedBy}"
        : key.ExpiresAt is { } at ? Words.When(at.ToDateTimeOffset()) : "never";

    private static DateTimeOffset? ReadMoment(string text, DateTimeOffset now)
    {
        var unit = text.Length > 1 ? text[^1] switch { 'm' => TimeSpan.FromMinutes(1), 'h' => TimeSpan.FromHours(1), 'd' => TimeSpan.FromDays(1), _ => TimeSpan.Zero } : TimeSpan.Zero;
        if (unit > TimeSpan.Zero && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 1_000_000)
        {
            return now + (unit * count);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
    }
}
