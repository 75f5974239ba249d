namespace Hyperplane.Api.Authentication;

/// <summary>Whose key an endpoint asks for. An endpoint without it is open to anyone.</summary>
internal enum Access
{
    /// <summary>A tenant's key; the endpoint sees only that tenant's resources.</summary>
    Tenant,

    /// <summary>The operator's key.</summary>
    Operator,

    /// <summary>Any valid key.</summary>
    AnyKey,
}
