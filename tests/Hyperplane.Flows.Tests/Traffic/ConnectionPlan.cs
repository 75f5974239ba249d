namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>What a client does with a connection.</summary>
/// <param name="Requests">Words it sends, each answered by one.</param>
/// <param name="ThinkNs">Longest time between an answer and the next request.</param>
/// <param name="Ending">Who ends it.</param>
/// <param name="Again">Connections from the same port that follow: at once when the target closed first, otherwise
/// after one to five seconds.</param>
internal sealed record ConnectionPlan(int Requests, long ThinkNs, ConnectionEnding Ending, int Again);
