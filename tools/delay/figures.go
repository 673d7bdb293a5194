package delay

// The published figures. Medians are days to fill; each stands beside the
// median of all offers in the same survey, because the level moved from 38 to
// 47 days between them and only the ratio is comparable.

const (
	horizon = 30 // days

	baseMedian = 47.0 // 2022 and 2023 surveys
	shape      = 0.7  // of the Weibull curve: published quantiles give 0.55 to 1

	shrink         = 0.60 // published marginal effects overlap: at full size, a post that cumulates them would take half a year
	shrinkInferred = 0.70 // further, for what the ROME code only suggests

	// SMICHour is the gross hourly minimum wage in euros since 1 January 2026.
	SMICHour = 12.02
	fullTime = 35.0 // hours a week

	tensionPivot = 50.0 // % of projects judged difficult, all métiers, BMO 2025
	// In the 2016-17 survey, between CDI and short CDD (66 and 51 % judged
	// difficult, 44 and 31 days) as between skilled workers and unskilled
	// employees (70 and 54 %, 43 and 30 days), one unit of log-odds of difficulty
	// goes with half a unit of log-odds of exceeding 30 days.
	tensionSlope = 0.5
	// Tension repeats much of what sector and qualification already say.
	tensionShrink = 0.5

	departementSlope = 0.15 // log-odds a class of tension
)

const (
	target    = "délai pour pourvoir l'offre supérieur à 30 jours (enquêtes Pôle emploi sur les offres d'un mois et plus)"
	baseGroup = "toutes les offres d'un mois et plus, France, enquêtes 2022 et 2023 (médiane 47 jours)"
	modelName = "tandem-delai-a-priori-1"
	asOf      = "enquêtes Pôle emploi 2016-2023, BMO 2025, tensions DARES 2021"
	notice    = "Estimation statistique, pas une décision : un conseiller décide. Elle repose sur des enquêtes publiées, " +
		"pas sur un historique d'offres. Facteurs et leviers sont des associations, pas des causes."

	survey2017  = "enquête Pôle emploi 2016-17"
	survey2018  = "enquêtes Pôle emploi 2017 et 2018"
	apriori     = "a priori"
	sourceShort = "DARES, recours aux contrats très courts : la moitié pourvus en 4 jours au plus"
	sourceHard  = "DARES, conditions de travail 2019 : 85 % d'employeurs en difficulté contre 71 %"
	sourceAge   = "courbe des enquêtes : ce qui a déjà duré dure plus longtemps"
	sourceBMO   = "enquête BMO 2025, France Travail"
	sourceDep   = "tensions DARES et Pôle emploi 2021, " + apriori + " pour l'ampleur"
)

// ratio of a group's median to that of all offers.
type ratio struct {
	value  float64
	source string
}

var contractRatio = struct{ cdi, long, short ratio }{
	cdi:   ratio{44.0 / 38, "médiane 44 jours contre 38, " + survey2017},
	long:  ratio{40.0 / 38, "6 mois et plus : médiane 40 jours contre 38, " + survey2017},
	short: ratio{31.0 / 38, "moins de 6 mois : médiane 31 jours contre 38, " + survey2017},
}

// veryShortMedian is the median of contracts of a month or less, which the
// yearly surveys leave out.
const veryShortMedian = 4.0

// Levels of qualification.
const (
	unskilledEmployee = "employé non qualifié"
	unskilledWorker   = "ouvrier non qualifié"
	unskilled         = "non qualifié"
	skilledEmployee   = "employé qualifié"
	skilledWorker     = "ouvrier qualifié"
	skilled           = "qualifié"
	technician        = "technicien"
	foreman           = "agent de maîtrise"
	executive         = "cadre"
)

var qualificationRatio = map[string]ratio{
	unskilledEmployee: {30.0 / 38, "médiane 30 jours contre 38, " + survey2017},
	unskilledWorker:   {35.0 / 38, "médiane 35 jours contre 38, " + survey2017},
	unskilled:         {32.5 / 38, "médiane de 30 à 35 jours contre 38, " + survey2017},
	skilledEmployee:   {37.0 / 38, "médiane 37 jours contre 38, " + survey2017},
	skilledWorker:     {56.0 / 46, "médiane 56 jours contre 46, " + survey2018},
	skilled:           {40.0 / 38, "médiane de 37 à 43 jours contre 38, " + survey2017},
	technician:        {56.0 / 38, "médiane 56 jours contre 38, " + survey2017},
	foreman:           {56.0 / 38, "médiane 56 jours contre 38, " + survey2017},
	executive:         {56.0 / 38, "médiane 56 jours contre 38, " + survey2017},
}

// usualPay is the hourly pay usual for a level, in SMIC: what an offer's pay is
// compared with, so that a high salary is not taken for an attractive one.
var usualPay = map[string]float64{
	unskilledEmployee: 1.03, unskilledWorker: 1.03, unskilled: 1.03,
	skilledEmployee: 1.12, skilledWorker: 1.18, skilled: 1.15,
	technician: 1.45, foreman: 1.45, executive: 2,
}

const usualPayUnknown = 1.2

// Sectors, as [Offer.Sector] is read and as the first letter of a ROME code
// suggests it. Ratios are geometric means over the two published years.
const (
	construction = "construction"
	industry     = "industrie"
	agriculture  = "agriculture"
	hospitality  = "hôtellerie-restauration"
	trade        = "commerce"
	transport    = "transport et logistique"
	health       = "santé et action sociale"
	services     = "services"
)

var (
	rest = ratio{0.95, "par différence avec les secteurs publiés, " + apriori}

	sectorRatio = map[string]ratio{
		construction: {1.435, "médianes 50 puis 72 jours contre 38 puis 46, " + survey2018},
		industry:     {1.239, "médianes 44 puis 61 jours contre 38 puis 46, " + survey2018},
		agriculture:  {0.836, "médianes 26 puis 47 jours contre 38 puis 46, " + survey2018},
		hospitality:  {1.05, "au-dessus de la moyenne en Wallonie (Forem 2021), " + apriori},
		trade:        rest, transport: rest, health: rest, services: rest,
	}
	sectorOfLetter = map[byte]string{
		'A': agriculture, 'B': services, 'C': services, 'D': trade, 'E': services, 'F': construction, 'G': hospitality,
		'H': industry, 'I': services, 'J': health, 'K': services, 'L': services, 'M': services, 'N': transport,
	}
)

var sizeRatio = struct{ small, large ratio }{
	small: ratio{34.5 / 38, "moins de 100 salariés : médiane de 31 à 38 jours contre 38, " + survey2017},
	large: ratio{54.0 / 38, "100 salariés et plus : médiane 54 jours contre 38, " + survey2017},
}
