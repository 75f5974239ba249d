using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Targets;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>What steps that ran have made: the ids of what was created, and what there is to wait for.</summary>
internal sealed class Applied(Session session, KnownIds ids)
{
    private readonly List<(string Path, IReadOnlyList<Resource<Target>> Targets)> _registered = [];
    private readonly List<string> _loadBalancers = [];

    /// <summary>The command.</summary>
    public Session Session => session;

    /// <summary>The ids of what is there by now.</summary>
    public KnownIds Ids => ids;

    /// <summary>Load balancers that are to become active, by id, in order.</summary>
    public IReadOnlyList<string> LoadBalancers => _loadBalancers;

    /// <summary>Targets that are to be checked, by the path of their group's.</summary>
    public IReadOnlyList<(string Path, IReadOnlyList<Resource<Target>> Targets)> Registered => _registered;

    /// <summary>A load balancer, or a listener of it, became another.</summary>
    public void Touch(string loadBalancerId)
    {
        if (!_loadBalancers.Contains(loadBalancerId, StringComparer.Ordinal))
            _loadBalancers.Add(loadBalancerId);
    }

    /// <summary>Targets were registered.</summary>
    public void Register(string path, IReadOnlyList<Resource<Target>> targets) => _registered.Add((path, targets));
}
