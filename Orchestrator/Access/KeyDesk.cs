using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Access;

/// <summary>Takes requests about keys at any replica: reads from memory, writes where the log is kept.</summary>
internal sealed class KeyDesk(KeyKeeper keeper, KeyBook book, KeyLog log, IRunStore store, TimeProvider time, ILogger<KeyDesk> logger)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    /// <summary>Makes a key.</summary>
    /// <returns>Its record, and the key itself unless the request was a repetition.</returns>
    public async Task<CreateKeyResponse> CreateAsync(CreateKeyRequest request, CallerIdentity caller, CancellationToken ct)
    {
        var tenant = request.Tenant.Length > 0 ? request.Tenant : caller.KeyTenant;
        if (caller.KeyTenant != CallerIdentity.AllTenants && tenant != caller.KeyTenant)
            throw new RequestRefusedException(StatusCode.PermissionDenied, "PERMISSION_DENIED", $"tenant is '{tenant}'; an admin of '{caller.KeyTenant}' makes keys of that tenant only.", "tenant");
        KeyRules.Check(request, tenant, time.GetUtcNow());
        var made = ApiKeyText.New(out var text);
        var record = new KeyRecord
        {
            Id = made.Id,
            SecretHash = ByteString.CopyFrom(made.Hash),
            Name = request.Name,
            Tenant = tenant,
            Roles = { request.Roles.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal) },
            CreatedBy = caller.Caller.Name,
            ExpiresAt = request.ExpiresAt,
            RequestId = request.RequestId.Length > 0 ? $"{caller.KeyTenant}/{request.RequestId}" : "",
        };
        var answer = await WriteAsync(new KeyCommand { Event = new KeyEvent { Created = record } }, ct);
        if (answer.RepeatedRequest)
            return new CreateKeyResponse { Key = View(answer.Key) };
        AccessLog.Created(
            logger, made.Shown, record.Name, record.Tenant, string.Join(", ", record.Roles), record.CreatedBy, record.ExpiresAt is { } at ? $"{at.ToDateTimeOffset():u}" : "never");
        return new CreateKeyResponse { Key = View(answer.Key), Secret = text };
    }

    /// <summary>The keys that a caller may see, newest first.</summary>
    public async Task<ListKeysResponse> ListAsync(ListKeysRequest request, CallerIdentity caller, CancellationToken ct)
    {
        var tenant = request.Tenant.Length > 0 ? request.Tenant : caller.KeyTenant;
        await log.CatchUpAsync(ct);
        var now = time.GetUtcNow();
        var keys = book.Stored
            .Where(key => MaySee(caller, key.Tenant) && (tenant == CallerIdentity.AllTenants || key.Tenant == tenant) && (request.IncludeEnded || key.WhyNot(now) is null))
            .OrderByDescending(key => key.Record.CreatedAt.ToDateTimeOffset()).ThenBy(key => key.Id, StringComparer.Ordinal)
            .Select(key => View(key.Record));
        return new ListKeysResponse { Keys = { keys } };
    }

    /// <summary>Takes a key out of use.</summary>
    public async Task<RevokeKeyResponse> RevokeAsync(RevokeKeyRequest request, CallerIdentity caller, CancellationToken ct)
    {
        var id = IdOf(request.Key);
        await log.CatchUpAsync(ct);
        if (book.Find(id) is not { } key || !MaySee(caller, key.Tenant))
            throw Unknown(ApiKeyText.Prefix + id);
        if (key.Record.CreatedBy == ConfiguredKeys.CreatedBy)
            throw new RequestRefusedException(StatusCode.FailedPrecondition, "CONFIGURED_KEY", $"{ApiKeyText.Prefix}{id} stands in the configuration (Access:AdminKey, Access:AgentKey): take it out there.", "key");
        var revoked = new KeyRevoked { Id = id, At = Timestamp.FromDateTimeOffset(time.GetUtcNow()), By = caller.Caller.Name };
        var answer = await WriteAsync(new KeyCommand { Event = new KeyEvent { Revoked = revoked } }, ct);
        AccessLog.Revoked(logger, ApiKeyText.Prefix + id, key.Name, key.Tenant, caller.Caller.Name);
        return new RevokeKeyResponse { Key = View(answer.Key) };
    }

    /// <summary>Notes that a key was used.</summary>
    public Task UsedAsync(KeyUsed used, CancellationToken ct) => WriteAsync(new KeyCommand { Event = new KeyEvent { Used = used } }, ct);

    /// <summary>Whom a caller is taken for.</summary>
    public static WhoAmIResponse WhoIs(CallerIdentity caller) => new()
    {
        Name = caller.Caller.Name,
        Tenant = caller.KeyTenant,
        Roles = { caller.HeldRoles },
        Permissions = { caller.Held },
        Key = caller.Key is { } key ? ApiKeyText.Prefix + key.Id : "",
        ExpiresAt = caller.Key?.Record.ExpiresAt,
        Mode = caller.Key is null ? AccessSchemes.Open : AccessSchemes.Keys,
    };

    /// <summary>Makes the first key of all, for an administrator.</summary>
    /// <returns>The key; null: there is one already.</returns>
    public async Task<string?> CreateFirstAsync(CancellationToken ct)
    {
        var made = ApiKeyText.New(out var text);
        var record = new KeyRecord
        {
            Id = made.Id,
            SecretHash = ByteString.CopyFrom(made.Hash),
            Name = "admin",
            Tenant = CallerIdentity.AllTenants,
            Roles = { Roles.Admin },
            CreatedBy = "first start",
        };
        var answer = await WriteAsync(new KeyCommand { Event = new KeyEvent { Created = record }, OnlyFirst = true }, ct);
        if (answer.RepeatedRequest)
            return null;
        AccessLog.Created(logger, made.Shown, record.Name, record.Tenant, Roles.Admin, record.CreatedBy, "never");
        return text;
    }

    internal static RequestRefusedException Unknown(string key) => new(StatusCode.NotFound, "UNKNOWN_KEY", $"key: there is no key '{key}'.", "key");

    private static bool MaySee(CallerIdentity caller, string tenant) => caller.KeyTenant == CallerIdentity.AllTenants || caller.KeyTenant == tenant;

    // What was pasted whole is taken, and nothing but its beginning used.
    private static string IdOf(string text)
    {
        var id = text.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal) ? text[ApiKeyText.Prefix.Length..].Split('_')[0] : "";
        return ApiKeyText.IsId(id) ? id : throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_ARGUMENT", "key must be 'agk_' and the id of a key.", "key");
    }

    private static ApiKey View(KeyRecord record) => new()
    {
        Key = ApiKeyText.Prefix + record.Id,
        Name = record.Name,
        Tenant = record.Tenant,
        Roles = { record.Roles },
        CreatedAt = record.CreatedAt,
        CreatedBy = record.CreatedBy,
        ExpiresAt = record.ExpiresAt,
        RevokedAt = record.RevokedAt,
        RevokedBy = record.RevokedBy,
        LastUsedAt = record.LastUsedAt,
    };

    private async Task<KeyAnswer> WriteAsync(KeyCommand command, CancellationToken ct)
    {
        if (keeper.Lease is { } lease)
        {
            try
            {
                return await keeper.WriteAsync(command, lease, ct);
            }
            catch (LeaseLostException)
            {
                // It is kept elsewhere by now.
            }
        }

        var answer = await AskKeeperAsync(command, ct);
        return answer.Status == 0
            ? answer
            : throw new RequestRefusedException((StatusCode)answer.Status, answer.Code, answer.Message, answer.Field.Length > 0 ? answer.Field : null);
    }

    private async Task<KeyAnswer> AskKeeperAsync(KeyCommand command, CancellationToken ct)
    {
        var item = new InboxItem(Guid.NewGuid().ToString("N"), KeyLog.Id, command.ToByteArray());
        return await store.AskAsync(item, s_look, s_patience, time, ct) is { } answer
            ? KeyAnswer.Parser.ParseFrom(answer.Span)
            : throw new RequestRefusedException(StatusCode.Unavailable, "UNAVAILABLE", "No replica has taken the partition of the keys yet; try again.");
    }
}
