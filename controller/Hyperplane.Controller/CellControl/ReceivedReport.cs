using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.CellControl;

/// <summary>A report with the moment it came.</summary>
internal sealed record ReceivedReport(int NodeId, NodeReport Report, DateTimeOffset At);
