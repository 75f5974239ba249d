namespace Hyperplane.Lbctl.Applying.Requests;

/// <summary>A listener as a POST or a PUT says it; what is null gets the API's default.</summary>
internal sealed record NewListener(
    string Protocol,
    int Port,
    IReadOnlyList<NewShare> TargetGroups,
    int? IdleTimeoutSeconds = null,
    IReadOnlyList<string>? AllowedCidrs = null,
    IReadOnlyList<string>? DeniedCidrs = null);
