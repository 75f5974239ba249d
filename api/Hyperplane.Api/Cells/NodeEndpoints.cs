using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Requests;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Cells;
using Hyperplane.Controller.Contracts.Outcomes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Cells;

/// <summary>/v1/cells/{cell}/nodes</summary>
internal static class NodeEndpoints
{
    private const string Tag = "Cells";
    private const string All = "/cells/{cell}/nodes";
    private const string One = All + "/{node}";

    public static void MapNodes(this IEndpointRouteBuilder v1)
    {
        v1.MapPut(One, PutAsync)
            .Describe(Tag, "putNode", "Declare a node",
                "Gives it its addresses. The same again answers 200; another address is refused.")
            .Answers<NodeView>(201, 200).Refuses(400, 404, 409, 413, 415, 503).Opens(Access.Operator);
        v1.MapGet(All, ListAsync)
            .Describe(Tag, "listNodes", "List nodes", "All of the cell, with what they report.")
            .Answers<ListView<NodeView>>(200).Refuses(404).Opens(Access.Operator);
        v1.MapGet(One, GetAsync)
            .Describe(Tag, "getNode", "Get a node", "With what it reports.")
            .Answers<NodeView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapDelete(One, DeleteAsync)
            .Describe(
                Tag, "deleteNode", "Forget a node", "Refused with `node_alive` while it reports; stop its agent first.")
            .Answers(204).Refuses(404, 409).Opens(Access.Operator);
        v1.MapPost(One + ":drain", DrainAsync)
            .Describe(
                Tag, "drainNode", "Drain a node", "It withdraws its prefixes and keeps serving what still arrives.")
            .Answers<NodeView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapPost(One + ":undrain", UndrainAsync)
            .Describe(Tag, "undrainNode", "Take a node back", "It announces its prefixes again.")
            .Answers<NodeView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapPost(One + ":enroll", EnrollAsync)
            .Describe(
                Tag, "enrollNode", "Make an enrolment token",
                "By it the node's agent gets its certificate, once, within 24 hours. It is told this once and replaces "
                + "the token before; `no_authority` when no controller has started yet.")
            .Answers<EnrolmentTokenView>(200).Refuses(404, 409).Opens(Access.Operator)
            .WithMetadata(new SecretAnswerAttribute());
        v1.MapPost(One + ":revoke", RevokeAsync)
            .Describe(
                Tag, "revokeNode", "Revoke a node's certificates",
                "All controllers refuse them, and the node's token, from now on; what the node runs goes on. A new "
                + "token lets it enrol again.")
            .Answers<NodeView>(200).Refuses(404).Opens(Access.Operator);
    }

    private static async Task<IResult> PutAsync(
        string cell, string node, Body<PutNode> body, ICells cells, CancellationToken cancel) =>
        (await cells.PutNodeAsync(cell, node, body.Value.Address!, body.Value.Ipv6Address, cancel))
            .CreatedAt(NodeView.From, n => $"/v1/cells/{n.Cell}/nodes/{n.Name}");

    private static async Task<IResult> ListAsync(string cell, ICells cells, CancellationToken cancel) =>
        (await cells.ListNodesAsync(cell, cancel)).Ok(list => ListViews.From(list, NodeView.From));

    private static async Task<IResult> GetAsync(string cell, string node, ICells cells, CancellationToken cancel)
    {
        Outcome<IReadOnlyList<Node>> all = await cells.ListNodesAsync(cell, cancel);
        if (all is Outcome<IReadOnlyList<Node>>.Done done && done.Value.All(n => n.Name != node))
            return new ProblemResult(Problem.Of(404, ProblemCodes.NotFound, $"The cell {cell} has no node {node}."));
        return all.Ok(list => NodeView.From(list.First(n => n.Name == node)));
    }

    private static async Task<IResult> DeleteAsync(string cell, string node, ICells cells, CancellationToken cancel) =>
        (await cells.DeleteNodeAsync(cell, node, cancel)).Gone();

    private static async Task<IResult> DrainAsync(string cell, string node, ICells cells, CancellationToken cancel) =>
        (await cells.SetDrainingAsync(cell, node, draining: true, cancel)).Ok(NodeView.From);

    private static async Task<IResult> EnrollAsync(
        string cell, string node, INodeCredentials credentials, CancellationToken cancel) =>
        (await credentials.CreateTokenAsync(cell, node, cancel)).Ok(EnrolmentTokenView.From);

    private static async Task<IResult> RevokeAsync(
        string cell, string node, INodeCredentials credentials, CancellationToken cancel) =>
        (await credentials.RevokeAsync(cell, node, cancel)).Ok(NodeView.From);

    private static async Task<IResult> UndrainAsync(string cell, string node, ICells cells, CancellationToken cancel) =>
        (await cells.SetDrainingAsync(cell, node, draining: false, cancel)).Ok(NodeView.From);
}
