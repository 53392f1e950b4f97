namespace Orchestrator.Dispatch;

/// <summary>What each tenant has waiting and running here.</summary>
internal sealed class TenantShares(int limit)
{
    private const int MostIdle = 1000;
    private readonly Dictionary<string, TenantShare> _shares = new(StringComparer.Ordinal);

    public TenantShare Of(string tenant)
    {
        if (!_shares.TryGetValue(tenant, out var share))
        {
            _shares[tenant] = share = new TenantShare(tenant, limit);
        }

        return share;
    }

    public int WaitingOf(string tenant) => _shares.TryGetValue(tenant, out var share) ? share.Waiting : 0;

    /// <summary>The tenant stands in all its lines again.</summary>
    /// <returns>Roles that may have work for it.</returns>
    public static List<RoleDesk> Return(TenantShare share, IEnumerable<RoleDesk> roles)
    {
        foreach (var line in share.Parked)
        {
            line.Queue.Return(line);
        }

        share.Parked.Clear();
        return [.. roles.Where(role => role.Lanes.Any(lane => lane.Count > 0))];
    }

    /// <summary>Forgets tenants that have nothing here, when there are many.</summary>
    public void Prune()
    {
        if (_shares.Count > MostIdle)
        {
            foreach (var share in _shares.Values.Where(share => share is { Running: 0, Waiting: 0 }).ToList())
            {
                _shares.Remove(share.Name);
            }
        }
    }
}
