using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>How nodes prove who they are: an operator's business.</summary>
public interface INodeCredentials
{
    /// <summary>Makes a token by which the node enrols, once, within 24 hours; it replaces the one before.</summary>
    Task<Outcome<EnrolmentToken>> CreateTokenAsync(string cell, string node, CancellationToken cancel);

    /// <summary>Refuses the node's certificates and token from now on; a new token lets it enrol again.</summary>
    Task<Outcome<Node>> RevokeAsync(string cell, string node, CancellationToken cancel);
}
