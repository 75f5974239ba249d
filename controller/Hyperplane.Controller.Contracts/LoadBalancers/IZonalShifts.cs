using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.LoadBalancers;

/// <summary>Takes a tenant's load balancer out of a zone for a while, one zone at a time.</summary>
public interface IZonalShifts
{
    /// <summary>Begins a shift, or says anew until when and why one of the same zone goes on. Refused unless the load
    /// balancer has opted in (<c>zonal_shift_disabled</c>), for its only zone (<c>only_zone</c>) and beside a shift of
    /// another zone (<c>zonal_shift_active</c>).</summary>
    Task<Outcome<LoadBalancer>> ShiftAsync(
        string tenantId, string id, ZonalShiftConfig config, CancellationToken cancel);

    /// <summary>Ends a shift; nothing is changed when there is none.</summary>
    Task<Outcome<LoadBalancer>> CancelAsync(string tenantId, string id, CancellationToken cancel);
}
