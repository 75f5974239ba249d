namespace Hyperplane.Server;

/// <summary>What a process of the control plane does.</summary>
[Flags]
internal enum ServerRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Answers tenants and operators over REST.</summary>
    Api = 1,

    /// <summary>Gives agents their snapshots over gRPC and takes their reports.</summary>
    Controller = 2,

    /// <summary>Both, for a small region.</summary>
    All = Api | Controller,
}
